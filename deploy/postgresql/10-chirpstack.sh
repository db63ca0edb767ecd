#!/bin/sh
# Two databases with an owner each: ChirpStack's (its search needs pg_trgm) and Ondine's inventory.
set -eu
psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" <<SQL
create role chirpstack with login password '$POSTGRES_PASSWORD';
create database chirpstack owner chirpstack;
create role ondine with login password '$POSTGRES_PASSWORD';
create database ondine owner ondine;
\c chirpstack
create extension if not exists pg_trgm;
SQL
