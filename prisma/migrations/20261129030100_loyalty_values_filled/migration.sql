-- By itself, so that nothing waits for the table while its rows are written.
-- A null in what was delivered stood for no value and for one that is not known; in what is on its way, for no value.
UPDATE "loyalty_value" SET
  "delivered" = jsonb_strip_nulls(jsonb_build_object('points', "points", 'tier', "tier")),
  "sent" = CASE WHEN "request" IS NOT NULL THEN jsonb_build_object('points', "sent_points", 'tier', "sent_tier") END;
