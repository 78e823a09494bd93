# The hub as an image: one image, two roles (serve, worker).
FROM debian:bookworm-slim AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 python3-venv python3-dev gcc libc6-dev \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY requirements.lock requirements-models.lock pyproject.toml README.md ./
RUN python3 -m venv /opt/postroom \
 && /opt/postroom/bin/pip install --no-cache-dir --require-hashes -r requirements.lock \
 && /opt/postroom/bin/pip install --no-cache-dir --require-hashes --no-deps -r requirements-models.lock
COPY engine engine
COPY adapters adapters
COPY admin admin
COPY rules rules
COPY mappings mappings
COPY environments environments
COPY examples examples
RUN /opt/postroom/bin/pip install --no-cache-dir --no-deps .

FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 tini gpg gpg-agent gpgconf postgresql-client \
      tesseract-ocr tesseract-ocr-eng tesseract-ocr-osd tesseract-ocr-deu tesseract-ocr-fra \
      tesseract-ocr-spa tesseract-ocr-ita tesseract-ocr-nld tesseract-ocr-pol tesseract-ocr-por \
      tesseract-ocr-lav \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --create-home --uid 10001 postroom \
 && install -d -o postroom -g postroom /data
COPY --from=build /opt/postroom /opt/postroom
ENV PATH=/opt/postroom/bin:$PATH \
    POSTROOM_HOME=/data \
    POSTROOM_LOG_FORMAT=json \
    POSTROOM_LOG_LEVEL=info \
    OMP_THREAD_LIMIT=1
USER postroom
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
  CMD python3 -c "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=3)"
ENTRYPOINT ["tini", "--", "postroom"]
CMD ["serve", "--host", "0.0.0.0", "--no-worker"]
