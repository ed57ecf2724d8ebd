#!/bin/sh
# The exporter alone, with the token in a file. To make the file, in a folder that only you can open,
# paste the token and end it by Enter and Ctrl-D, so that it stays out of the shell's history:
#
#   cat > plex-token
#   chmod 644 plex-token
#
# The user of the container has the number 65532 and has to be able to read it. The volume keeps the
# counters over restarts and upgrades; without STATE_FILE, it is not needed.
docker run --detach --name plex-exporter --restart unless-stopped \
  --publish 9000:9000 \
  --read-only --cap-drop=ALL --security-opt=no-new-privileges \
  --memory=256m --pids-limit=64 --ulimit nofile=4096:4096 \
  --env PLEX_SERVER=http://192.168.1.10:32400 \
  --env PLEX_TOKEN_FILE=/run/secrets/plex-token \
  --env STATE_FILE=/var/lib/prometheus-plex-exporter/state.json \
  --volume "$PWD/plex-token:/run/secrets/plex-token:ro" \
  --volume plex-exporter:/var/lib/prometheus-plex-exporter \
  ghcr.io/OWNER/prometheus-plex-exporter
