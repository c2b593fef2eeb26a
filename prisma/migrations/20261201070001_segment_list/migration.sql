-- Segments of Shopify that are kept as lists in Klaviyo, and who is on these lists because of them.
create table "segment_list" (
  "shop" text not null,
  "segment" text not null,
  "asked_at" timestamptz(3) not null,
  "segment_name" text,
  "list_id" text,
  "list_name" text,
  "phase" text not null default 'resting',
  "walk" integer not null default 0,
  "cursor" text,
  "attempt" integer not null default 0,
  "not_before" timestamptz(3) not null,
  "looked_at" timestamptz(3),
  "listed" integer not null default 0,
  "problem" text,
  "stopped_at" timestamptz(3),
  constraint "segment_list_pkey" primary key ("shop", "segment")
);

create index "segment_list_due" on "segment_list" ("not_before") where "stopped_at" is null;
create index "segment_list_stopped" on "segment_list" ("stopped_at") where "stopped_at" is not null;

create table "segment_list_member" (
  "shop" text not null,
  "segment" text not null,
  "customer_id" bigint not null,
  "walk" integer not null,
  "klaviyo_id" text,
  "is_listed" boolean not null default false,
  constraint "segment_list_member_pkey" primary key ("shop", "segment", "customer_id")
);
