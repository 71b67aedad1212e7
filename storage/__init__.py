"""Object storage: names in, bytes out. base.py is the contract, local.py and s3.py are the two stores."""
