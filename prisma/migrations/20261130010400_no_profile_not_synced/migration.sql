-- profile_by_reason finds the same rows.
DROP INDEX "profile_not_synced";
