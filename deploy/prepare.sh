#!/bin/sh
# Makes Mosquitto's password file from .env: one account each for ChirpStack, the gateways and Ondine.
set -eu
cd "$(dirname "$0")/.."
. ./.env
: "${MQTT_PASSWORD:?fill in .env first}"
for account in chirpstack gateways ondine; do
  create=$([ -e deploy/mosquitto/passwords ] || echo -c)
  docker run --rm -v "$PWD/deploy/mosquitto:/mosquitto/config" eclipse-mosquitto:2 \
    mosquitto_passwd -b $create /mosquitto/config/passwords "$account" "$MQTT_PASSWORD"
done
