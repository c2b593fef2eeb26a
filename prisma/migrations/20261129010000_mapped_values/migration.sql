-- A mapped value may come from a part of a metafield, from a tag or from store credit, and knows what it is for the loyalty programme.
UPDATE "shop" SET "mapping" = ("mapping" - 'metafields') || jsonb_build_object('values', coalesce((
  SELECT jsonb_agg(jsonb_build_object(
    'on', row->'on',
    'name', row->'name',
    'source', jsonb_build_object('kind', 'metafield', 'namespace', row->'namespace', 'key', row->'key', 'type', row->'type', 'path', '[]'::jsonb),
    'reading', '{"as": null, "names": [], "nothing": [], "blank": "nothing"}'::jsonb,
    'meaning', CASE
      WHEN place = points_at THEN to_jsonb('points'::text)
      WHEN place = tier_at THEN to_jsonb('tier'::text)
      ELSE 'null'::jsonb END) ORDER BY place)
  FROM (
    SELECT row, place,
      -- Of two rows of the same metafield, only the first may be the points.
      min(place) FILTER (WHERE jsonb_build_array(row->'namespace', row->'key') = jsonb_build_array(loyal.points->'namespace', loyal.points->'key')) OVER () AS points_at,
      min(place) FILTER (WHERE jsonb_build_array(row->'namespace', row->'key') = jsonb_build_array(loyal.tier->'namespace', loyal.tier->'key')) OVER () AS tier_at
    FROM jsonb_array_elements("mapping"->'metafields') WITH ORDINALITY AS rows (row, place),
      (SELECT
        coalesce(nullif("loyalty"->'points', 'null'::jsonb), '{"namespace": "loyalty", "key": "points"}'::jsonb) AS points,
        coalesce(nullif("loyalty"->'tier', 'null'::jsonb), '{"namespace": "loyalty", "key": "tier"}'::jsonb) AS tier) AS loyal
  ) AS placed), '[]'::jsonb))
WHERE "mapping" ? 'metafields';

-- Loyalty activity names what is recorded; where it is found is part of the mapping.
UPDATE "shop" SET "loyalty" = jsonb_build_object('on', "loyalty"->'on', 'recorded',
  (SELECT coalesce(jsonb_agg(kind), '[]'::jsonb) FROM unnest(ARRAY['points', 'tier']) AS kind WHERE "loyalty"->kind <> 'null'::jsonb))
WHERE "loyalty" ? 'points';
