"""What the operator of a server does with it: `coffre admin`.

Server side: it opens nothing and needs no key of anyone. Owns the database, its migrations, the object
store and their backup as a whole; knows nothing of Flask.
"""
