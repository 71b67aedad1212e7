"""The commands of `coffre`, one module per noun; each is thin: options in, one result out."""
