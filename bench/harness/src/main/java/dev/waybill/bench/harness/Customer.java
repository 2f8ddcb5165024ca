package dev.waybill.bench.harness;

import java.io.IOException;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.BasicHttpClientConnectionManager;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.StringEntity;

/** Places orders over one connection that is kept. */
final class Customer implements Crowd.Member {

    private static final String ORDER = """
            {"customerId":"customer-4711","currency":"EUR","lines":[\
            {"sku":"c81e728d9d4c2f636f067f89cc14862c","quantity":2,"unitPrice":"19.99"},\
            {"sku":"eccbc87e4b5ce2fe28308fd9f2a7baf3","quantity":1,"unitPrice":"5.49"}],\
            "deliveryAddress":{"name":"Ada Lovelace","street":"12 St James Square","city":"London",\
            "postcode":"SW1Y 4JH","country":"GB"}}""";

    private final CloseableHttpClient http = HttpClients.createMinimal(new BasicHttpClientConnectionManager());
    private final String url;

    Customer(String url) {
        this.url = url;
    }

    @Override
    public void act() throws IOException {
        HttpPost post = new HttpPost(url);
        post.setEntity(new StringEntity(ORDER, ContentType.APPLICATION_JSON));
        int status = http.execute(post, response -> {
            EntityUtils.consume(response.getEntity());
            return response.getCode();
        });
        if (status != 201) {
            throw new IllegalStateException("POST /orders answered " + status);
        }
    }

    @Override
    public void close() throws IOException {
        http.close();
    }
}
