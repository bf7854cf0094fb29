# The Telegram bot. The articles, and what the bot remembers, are in the volume:
#   docker build -t footnote .
#   docker run -d --restart unless-stopped -e FOOTNOTE_TELEGRAM_TOKEN=… -v footnote:/library footnote
FROM python:3.11-slim
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY index index
COPY data data
RUN pip install --no-cache-dir ".[all]" && useradd --create-home footnote && install -d -o footnote /library
USER footnote
WORKDIR /home/footnote
ENV FOOTNOTE_LIBRARY=/library
VOLUME /library
ENTRYPOINT ["footnote"]
CMD ["telegram"]
