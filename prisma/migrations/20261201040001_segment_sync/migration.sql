-- Segments whose customers a merchant wants synced now.
create table "segment_sync" (
  "shop" text not null,
  "segment" text not null,
  "asked_at" timestamptz(3) not null,
  "cursor" text,
  "marked" integer not null default 0,
  "attempt" integer not null default 0,
  "not_before" timestamptz(3) not null,
  constraint "segment_sync_pkey" primary key ("shop", "segment")
);

create index "segment_sync_asked_at_idx" on "segment_sync" ("asked_at");
