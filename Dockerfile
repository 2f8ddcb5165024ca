# Both services, from source: docker build --build-arg SERVICE=order-service . ; docker-compose.yml does so.
FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /src
# Behind a proxy that signs for others, the host's certificates are needed to fetch anything; elsewhere the secret is empty.
COPY docker/TrustStore.java /tmp/
RUN --mount=type=secret,id=certificates java /tmp/TrustStore.java /run/secrets/certificates
# The same build on the poms alone: fetches all that the one below needs, into a layer that stays until a pom changes.
COPY pom.xml ./
COPY sandbox/pom.xml sandbox/
COPY outbox/pom.xml outbox/
COPY order-service/pom.xml order-service/
COPY shipping-service/pom.xml shipping-service/
COPY system-tests/pom.xml system-tests/
COPY bench/pom.xml bench/
COPY bench/contest/pom.xml bench/contest/
COPY bench/loops/pom.xml bench/loops/
COPY bench/waybill/pom.xml bench/waybill/
COPY bench/harness/pom.xml bench/harness/
ENV MAVEN_ARGS="-q -B -ntp -Dmaven.test.skip=true -pl order-service,shipping-service -am"
RUN mvn -Dspring-boot.repackage.skip=true package
COPY outbox/src outbox/src
COPY order-service/src order-service/src
COPY shipping-service/src shipping-service/src
RUN mvn package

# What changes seldom comes first, so that a new version is a small layer.
FROM eclipse-temurin:25-jre AS layers
ARG SERVICE
WORKDIR /layers
COPY --from=build /src/$SERVICE/target/$SERVICE.jar /service.jar
RUN java -Djarmode=tools -jar /service.jar extract --layers --destination .

FROM eclipse-temurin:25-jre
WORKDIR /service
COPY --from=layers /layers/dependencies/ ./
COPY --from=layers /layers/spring-boot-loader/ ./
COPY --from=layers /layers/snapshot-dependencies/ ./
COPY --from=layers /layers/application/ ./
COPY docker/java.options ./
# Classes loaded and linked ahead of time, by a start that needs no server and ends before it would. It saves half of the start.
RUN java @java.options -XX:AOTCacheOutput=service.aot -Dspring.context.exit=onRefresh -jar service.jar \
    --spring.flyway.enabled=false --waybill.outbox.migrate=false --spring.jpa.properties.hibernate.boot.allow_jdbc_metadata_access=false --spring.jpa.database=postgresql
USER 10001:10001
ENTRYPOINT ["java", "@java.options", "-XX:AOTCache=service.aot", "-jar", "service.jar"]
