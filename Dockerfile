# The image of entsoed: one static binary on a distroless base without a shell,
# run as uid 65532.
FROM golang:1.26-trixie AS build
WORKDIR /src
COPY . .
ARG VERSION=
ENV CGO_ENABLED=0
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /out/entsoed ./cmd/entsoed
# A new named volume takes over the owner of the folder that it is mounted on,
# so the log folder must be here, and be ours.
RUN mkdir /out/log

FROM gcr.io/distroless/static-debian13:nonroot
COPY --from=build /out/entsoed /entsoed
COPY --from=build --chown=65532:65532 /out/log /var/log/entsoed
# Beside standard output the worker writes a log file, rotated.
ENV LOG_FILE=/var/log/entsoed/entsoed.log
# Inside a container the loopback address would be out of reach; compose
# publishes the port on the host's loopback address only.
ENV HTTP_ADDR=0.0.0.0:8090
USER 65532:65532
WORKDIR /home/nonroot
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["/entsoed", "healthcheck"]
ENTRYPOINT ["/entsoed"]
CMD ["worker"]
