-- Whether a shop's workflows use the app's Flow triggers, and the requests to start them.
create table "flow_trigger" (
  "shop" text not null,
  "trigger" text not null,
  "used" boolean not null,
  "told_at" timestamptz(3) not null,
  "refused_at" timestamptz(3),
  "refused_words" text,
  constraint "flow_trigger_pkey" primary key ("shop", "trigger")
);

create table "flow_trigger_request" (
  "shop" text not null,
  "id" uuid not null,
  "trigger" text not null,
  "customer_id" bigint,
  "payload" jsonb not null,
  "attempt" integer not null default 0,
  "not_before" timestamptz(3) not null,
  "created_at" timestamptz(3) not null,
  constraint "flow_trigger_request_pkey" primary key ("shop", "id")
);

create index "flow_trigger_request_shop_trigger_idx" on "flow_trigger_request" ("shop", "trigger");
create index "flow_trigger_request_created_at_idx" on "flow_trigger_request" ("created_at");
