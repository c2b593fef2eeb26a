#!/bin/sh
# restore.sh <file>: restores a dump of backup.sh into the empty database that libpq's variables name, and asks for what the dump cannot
# know. Nothing of Lockstep may run on the old or the new database meanwhile. Start it afterwards, with the same ENCRYPTION_KEY.
set -eu

file=${1:?"which file?"}
here=$(cd "$(dirname "$0")" && pwd)

pg_restore --dbname="${PGDATABASE:?}" --no-owner --exit-on-error --single-transaction "$file"
psql --set=ON_ERROR_STOP=1 --quiet --single-transaction --file="$here/after-restore.sql"
