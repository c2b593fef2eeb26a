-- The list is by when customers were last sent; for a file of all of them the primary key is enough.
DROP INDEX "profile_in_sync";
