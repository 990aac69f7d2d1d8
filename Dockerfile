# The product only: run lock, no sandbox, no tests, no root.
FROM python:3.11-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1
WORKDIR /srv/visitbridge

COPY requirements.lock .
RUN pip install --require-hashes --only-binary :all: -r requirements.lock

COPY app app
COPY launch launch
COPY fhir fhir
COPY zoom_bridge zoom_bridge
COPY jitsi_bridge jitsi_bridge

RUN useradd --system --uid 10001 visitbridge && mkdir -p var/recordings && chown -R visitbridge var
USER visitbridge
VOLUME /srv/visitbridge/var
EXPOSE 8000

# Of `serve`. compose.yaml asks the worker and the events at their own ports.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["python", "-c", \
  "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=3)"]
ENTRYPOINT ["python", "-m", "app"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
