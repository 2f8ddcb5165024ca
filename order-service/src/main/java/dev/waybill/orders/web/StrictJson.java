package dev.waybill.orders.web;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.util.Map;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.MediaType;
import org.springframework.http.converter.json.Jackson2ObjectMapperBuilder;
import org.springframework.http.converter.json.MappingJackson2HttpMessageConverter;

/**
 * Reads request bodies to the letter: what a client meant by a misspelt property or by a quantity of 2.7 is not for us to
 * guess. Only request bodies: events of others must stay readable when they gain a property.
 */
@Configuration(proxyBeanMethods = false)
class StrictJson {

    @Bean
    MappingJackson2HttpMessageConverter strictJsonConverter(Jackson2ObjectMapperBuilder builder) {
        ObjectMapper usual = builder.build(); // before the builder is made strict
        ObjectMapper strict = builder.featuresToEnable(
                        DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                        DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
                        DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
                        JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                .featuresToDisable(DeserializationFeature.ACCEPT_FLOAT_AS_INT, MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .build();
        strict.coercionConfigFor(LogicalType.Textual)
                .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
        MappingJackson2HttpMessageConverter converter = new MappingJackson2HttpMessageConverter(strict);
        // The bodies of management endpoints, which Spring Boot reads as texts whatever they are and checks itself.
        converter.registerObjectMappersForType(Map.class, mappers -> {
            mappers.put(MediaType.APPLICATION_JSON, usual);
            mappers.put(new MediaType("application", "*+json"), usual);
        });
        return converter;
    }
}
