-- Of a connection by OAuth, sealed_key is empty: a release that knows keys only cannot open it, and the keys can be changed column by column.
alter table connection add column sealed_refresh_token text;
