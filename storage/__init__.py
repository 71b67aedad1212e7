"""Object storage: names in, bytes out. base.py is the contract, local.py and s3.py are the two stores.

direct.py is what a store adds whose objects others can reach without passing through the server.
"""
