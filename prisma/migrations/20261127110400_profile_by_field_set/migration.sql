-- Tells whether any profile refers to a set of fields.
CREATE INDEX CONCURRENTLY "profile_field_set" ON "profile" ("shop", "field_set") WHERE "field_set" IS NOT NULL;
