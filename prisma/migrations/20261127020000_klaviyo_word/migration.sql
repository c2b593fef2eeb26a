-- Calls to an endpoint that Klaviyo does not answer, or refuses to all alike: how many in a row, since when, and why.
alter table klaviyo_budget
  add column failures integer not null default 0,
  add column failing_since timestamptz(3),
  add column failing_why text;

-- The most profiles that one import of the run's chunk may carry, while it is looked for one that Klaviyo fails on.
alter table sync_run add column import_size integer;

-- Klaviyo answered other calls while it did not answer this import: it may fail on what it carries.
alter table import_job add column suspect boolean not null default false;
