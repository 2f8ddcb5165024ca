package dev.waybill.orders;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.media.ArraySchema;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ApiDocumentation {

    @Bean
    OpenAPI openApi() {
        return new OpenAPI()
                .info(new Info()
                        .title("Waybill order-service")
                        .version("1")
                        .license(new License().name("Apache-2.0").url("https://www.apache.org/licenses/LICENSE-2.0"))
                        .description("""
                                Takes orders in. Each change is written in one transaction with the event that tells of \
                                it; shipping acts on the event and its answer moves the order on: `PLACED` to \
                                `CONFIRMED` or `REJECTED`, `CONFIRMED` to `REJECTED` where a new address is refused, \
                                `CANCELLING` to `CANCELLED` or, where that is refused, to `CONFIRMED`.

                                Every error is an RFC 9457 problem. Where input is at fault, its `errors` name each \
                                field and the reason. 503 with `Retry-After` means: try again, and place orders under \
                                the same `Idempotency-Key`, so that nothing is done twice."""));
    }

    private static Schema<?> problem() {
        return new ObjectSchema()
                .addProperty("type", new StringSchema().example("urn:waybill:problem:invalid-input"))
                .addProperty("title", new StringSchema().example("Invalid input"))
                .addProperty("status", new IntegerSchema().example(400))
                .addProperty("detail", new StringSchema().example("lines[0].quantity must be at least 1"))
                .addProperty("instance", new StringSchema().example("/orders"))
                .addProperty(
                        "errors",
                        new ArraySchema()
                                .items(new ObjectSchema()
                                        .addProperty("field", new StringSchema().example("lines[0].quantity"))
                                        .addProperty("reason", new StringSchema().example("must be at least 1"))));
    }

    /** Every error is a problem, and some can happen anywhere. */
    @Bean
    OpenApiCustomizer problemResponses() {
        return api -> {
            api.getComponents().addSchemas("Problem", problem());
            api.getPaths().values().stream()
                    .flatMap(path -> path.readOperations().stream())
                    .forEach(ApiDocumentation::addProblems);
        };
    }

    private static void addProblems(Operation operation) {
        var responses = operation.getResponses();
        responses.putIfAbsent("400", new ApiResponse().description("The input is at fault; nothing was changed"));
        responses.putIfAbsent("500", new ApiResponse().description("Unexpected; the log of the service has the cause"));
        responses.putIfAbsent("503", new ApiResponse().description("The database is away; see Retry-After"));
        Schema<?> problem = new Schema<>().$ref("#/components/schemas/Problem");
        responses.forEach((status, response) -> {
            if (status.compareTo("400") >= 0) {
                response.setContent(
                        new Content().addMediaType("application/problem+json", new MediaType().schema(problem)));
            }
        });
    }
}
