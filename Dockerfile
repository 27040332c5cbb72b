# The mock as an image, in two stages. The first installs it from this checkout, and collects what it needs to run; the
# second is that and nothing else: no shell, no package manager, no compiler. See docs/containers.md.
#
# BASE is any image of Linux (glibc) with Python 3.11 or newer, pip and venv. Where it has `strip`, the image is 30 MB smaller.
ARG BASE=docker.io/library/python:3.13-trixie

FROM ${BASE} AS build
ARG EXTRAS=postgresql
ARG PDF=yes
ARG PIP_INDEX_URL
ARG PIP_TRUSTED_HOST
WORKDIR /source
COPY . .
# The tool that makes the wheel has a fixed version too. pip reads the second of these from 25.3 on.
ENV PIP_CONSTRAINT=/source/scripts/release/tools.txt \
    PIP_BUILD_CONSTRAINT=/source/scripts/release/tools.txt
# hadolint ignore=DL3059
RUN ["python3", "-m", "pip", "wheel", "--no-deps", "--wheel-dir", "/wheels", "."]
# hadolint ignore=DL3059
RUN ["python3", "deploy/image/build.py", "/wheels", "/opt/pacsimile", "/root-of-the-image"]

FROM scratch
LABEL org.opencontainers.image.title="pacsimile" \
      org.opencontainers.image.description="A mock of a medical-imaging results API, for tests" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /root-of-the-image /
ENV PATH=/opt/pacsimile/bin:/usr/local/bin:/usr/bin \
    LANG=C.UTF-8 \
    PYTHONDONTWRITEBYTECODE=1 \
    TMPDIR=/data \
    PACSIMILE_RUNTIME_DIR=/data/runtime \
    PACSIMILE_TLS_DIR=/data/tls \
    PACSIMILE_HOST=0.0.0.0 \
    PACSIMILE_PORT=8080
# A numeric id, by which Kubernetes can tell that it is not root.
USER 65532:65532
WORKDIR /data
VOLUME ["/data"]
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["pacsimile", "health"]
ENTRYPOINT ["pacsimile"]
CMD ["serve"]
