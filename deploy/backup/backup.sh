#!/bin/sh
# backup.sh <folder>: dumps the database into a file of the folder, checks that the file can be read, and prints its path. The database is
# named by libpq's own variables (PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE), because an address among the arguments would show its
# password to everyone on the machine. BACKUP_STATUS_FILE, if set, is written at the end: `npm run doctor` tells the backup's age by it.
set -eu
umask 077

folder=${1:?"which folder?"}
file="$folder/lockstep-$(date -u +%Y%m%dT%H%M%SZ).dump"
trap 'rm -f "$file.part"' EXIT

pg_dump --format=custom --no-owner --file="$file.part"
pg_restore --list "$file.part" >/dev/null
mv "$file.part" "$file"
[ -z "${BACKUP_STATUS_FILE:-}" ] || basename "$file" >"$BACKUP_STATUS_FILE"
echo "$file"
