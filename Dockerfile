# One image for every role; compose.yaml gives each its command.
FROM python:3.11-slim-bookworm AS build
WORKDIR /src
COPY requirements.lock pyproject.toml README.md LICENSE celeryconfig.py ./
COPY pipeline pipeline
COPY tasks tasks
COPY web web
COPY templates templates
RUN python -m venv /opt/lslpro \
 && /opt/lslpro/bin/pip install --no-cache-dir --require-hashes -r requirements.lock \
 && /opt/lslpro/bin/pip install --no-cache-dir --no-deps .

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --create-home lslpro \
 && install -d -o lslpro -g lslpro /data
COPY --from=build /opt/lslpro /opt/lslpro
ENV PATH=/opt/lslpro/bin:$PATH \
    LSLPRO_HOME=/data \
    PYTHONUNBUFFERED=1
USER lslpro
WORKDIR /data
CMD ["lslpro", "--help"]
