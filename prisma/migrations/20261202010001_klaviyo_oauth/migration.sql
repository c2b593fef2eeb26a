-- Connections by OAuth beside those by a private key. An older release keeps reading the columns it knows; of a connection by OAuth it cannot
-- open sealed_key, so it sends nothing with it.
alter table connection
  add column kind text not null default 'key',
  add column sealed_access_token text,
  add column access_expires_at timestamptz(3),
  add column scopes text[] not null default '{}',
  add column refreshed_at timestamptz(3);

-- Grants that have to be ended at Klaviyo, because no shop uses them any more.
create table klaviyo_revocation (
  id uuid primary key,
  account_id text not null,
  sealed_refresh_token text not null,
  asked_at timestamptz(3) not null,
  not_before timestamptz(3) not null,
  attempt integer not null default 0
);
