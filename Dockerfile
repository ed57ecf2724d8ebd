# syntax=docker/dockerfile:1

# The image holds the binary, the C library that it needs, and nothing else: no shell, no Deno, no
# package manager. It is built on the builder's own system for any other, without emulation.
FROM --platform=$BUILDPLATFORM denoland/deno:2.9.6 AS build
WORKDIR /build
COPY LICENSE deno.json deno.lock ./
COPY .ci/build ./.ci/build
COPY src ./src
COPY examples/dashboards ./examples/dashboards
COPY examples/prometheus ./examples/prometheus
# BuildKit says for which system. A default here would be taken in place of what it says.
ARG TARGETOS
ARG TARGETARCH
RUN target="${TARGETOS:?is not set: use BuildKit}-${TARGETARCH:?is not set: use BuildKit}" \
  && deno task compile "$target" \
  && mv dist/prometheus-plex-exporter-*-"$target" dist/prometheus-plex-exporter \
  && mkdir state

# These images have no versions, so this tag moves with Debian's updates. Which one was taken stands
# in the provenance of the image that was published.
FROM gcr.io/distroless/cc-debian13:nonroot
LABEL org.opencontainers.image.title="prometheus-plex-exporter" \
  org.opencontainers.image.description="Metrics of Plex Media Server for Prometheus" \
  org.opencontainers.image.licenses="Apache-2.0" \
  org.opencontainers.image.base.name="gcr.io/distroless/cc-debian13:nonroot"
COPY --from=build /build/dist/LICENSES.txt /usr/share/doc/prometheus-plex-exporter/LICENSES.txt
COPY --from=build /build/dist/prometheus-plex-exporter /usr/bin/prometheus-plex-exporter
# For STATE_FILE. A new volume that is mounted here gets this owner.
COPY --from=build --chown=65532:65532 /build/state /var/lib/prometheus-plex-exporter
# The number of "nonroot": Kubernetes' runAsNonRoot knows no names.
USER 65532:65532
# A file .env is read from here, for those who mount one.
WORKDIR /
EXPOSE 9000
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --retries=3 \
  CMD ["/usr/bin/prometheus-plex-exporter", "healthcheck"]
ENTRYPOINT ["/usr/bin/prometheus-plex-exporter"]
