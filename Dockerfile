# One build, nine images: docker build --target heartbeat|ha-scheduler|store-manager|alerting|console|door|supervisor|secrets|holdfast .
# Tried by ./test containers on base images made from Debian packages; the ones named here only where a registry answers.
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0
ARG RUNTIME_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0
ARG NGINX_IMAGE=nginx:1.27

FROM ${SDK_IMAGE} AS build
# The guard is C.
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
ARG PROJECTS="services/heartbeat services/ha-scheduler services/store-manager services/alerting services/console \
    agents/supervisor components/data components/sample apps/holdfast"
# Analyzers have had their say where the code was tested.
RUN for project in $PROJECTS; do \
      dotnet publish "$project" -c Release -p:RunAnalyzers=false -o "/out/$(basename $project)" || exit 1; \
    done

FROM ${RUNTIME_IMAGE} AS base
# By number, so that a cluster can see that it is not root. /data is a volume that this user may write.
RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin \
    && groupadd --gid 10001 holdfast && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin holdfast \
    && mkdir /data && chown 10001:10001 /data
WORKDIR /app
ENV HOLDFAST_DATA=/data HOLDFAST_LISTEN=0.0.0.0 DOTNET_EnableDiagnostics=0
VOLUME /data
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["curl", "--fail", "--silent", "--output", "/dev/null", "http://127.0.0.1:8089/health/ready"]
EXPOSE 8089

FROM base AS heartbeat
COPY --from=build /out/heartbeat .
USER 10001:10001
ENTRYPOINT ["dotnet", "holdfast-heartbeat.dll"]

FROM base AS ha-scheduler
COPY --from=build /out/ha-scheduler .
USER 10001:10001
ENTRYPOINT ["dotnet", "holdfast-ha-scheduler.dll"]

FROM base AS store-manager
COPY --from=build /out/store-manager .
USER 10001:10001
ENTRYPOINT ["dotnet", "holdfast-store-manager.dll"]

FROM base AS console
COPY --from=build /out/console .
USER 10001:10001
ENTRYPOINT ["dotnet", "holdfast-console.dll"]

FROM base AS alerting
COPY --from=build /out/alerting .
USER 10001:10001
ENTRYPOINT ["dotnet", "holdfast-alerting.dll"]

# The gateway before the services: nginx, its template and the description of the API.
FROM ${NGINX_IMAGE} AS door
COPY deploy/nginx.conf deploy/door.sh docs/openapi.json /etc/holdfast/
ENV DOOR_LISTEN=0.0.0.0:8089 DOOR_DIR=/tmp DOOR_STATIC=/etc/holdfast \
    DOOR_SERVICES="heartbeat:8089 ha-scheduler:8089 store-manager:8089 alerting:8089 console:8089"
USER 10001:10001
EXPOSE 8089
HEALTHCHECK --interval=5s --timeout=5s --retries=12 \
    CMD ["curl", "--fail", "--silent", "--output", "/dev/null", "http://127.0.0.1:8089/health/live"]
ENTRYPOINT ["sh", "/etc/holdfast/door.sh"]

# A host's agent: no listening port; the components that it runs come with the image.
FROM base AS supervisor
COPY --from=build /out/supervisor .
COPY --from=build /out/data /components/data
COPY --from=build /out/sample /components/sample
RUN mkdir /sinks && chown 10001:10001 /sinks
VOLUME /sinks
USER 10001:10001
HEALTHCHECK NONE
ENTRYPOINT ["dotnet", "holdfast-supervisor.dll"]

# Makes the secrets of docker-compose.yml and ends. The folders become volumes with these owners: each server's group may enter
# its own; who makes them is no root, and owns them all.
FROM base AS secrets
COPY deploy/secrets.sh deploy/broker.sh /etc/holdfast/
RUN mkdir /secrets && for reader in \
      heartbeat:10001:700 ha-scheduler:10001:700 store-manager:10001:700 alerting:10001:700 console:10001:700 \
      host1:10001:700 host2:10001:700 host3:10001:700 \
      rabbitmq:999:750 database:999:750 kafka:1000:750 prometheus:65534:750 grafana:472:750; do \
      set -- $(echo "$reader" | tr : ' '); \
      install -d -o 10001 -g "$2" -m "$3" "/secrets/$1" || exit 1; \
    done && install -d -o 10001 -g 10001 -m 700 /given
USER 10001:10001
HEALTHCHECK NONE
ENTRYPOINT ["bash", "/etc/holdfast/secrets.sh", "/secrets", "/given"]

# Everything in one process, with a local fleet.
FROM base AS holdfast
COPY --from=build /out/holdfast .
USER 10001:10001
ENTRYPOINT ["dotnet", "holdfast.dll", "run"]
