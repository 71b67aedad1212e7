"""`coffre admin doctor`: looks at a deployment from all sides and says how to repair what it finds.

`examination` is the way in; each other module looks at one side and returns findings. What it tries out in
the store it also takes away again; it makes no folder, table or bucket.
"""
