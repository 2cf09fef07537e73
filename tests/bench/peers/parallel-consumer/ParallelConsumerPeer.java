// SPDX-License-Identifier: GPL-3.0-or-later
import com.sun.management.OperatingSystemMXBean;
import io.confluent.parallelconsumer.ParallelConsumerOptions;
import io.confluent.parallelconsumer.ParallelConsumerOptions.ProcessingOrder;
import io.confluent.parallelconsumer.ParallelStreamProcessor;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Posts each record of a topic to a URL with the Parallel Consumer, and says how long it took. */
public final class ParallelConsumerPeer {
    public static void main(String[] args) throws Exception {
        final String bootstrap = args[0], topic = args[1], order = args[2];
        final int concurrency = Integer.parseInt(args[3]);
        final URI uri = URI.create(args[4]);
        final long records = Long.parseLong(args[5]);

        final Properties properties = new Properties();
        properties.put("bootstrap.servers", bootstrap);
        properties.put("group.id", "parallel-consumer-" + ProcessHandle.current().pid());
        properties.put("auto.offset.reset", "earliest");
        properties.put("enable.auto.commit", "false");
        properties.put("key.deserializer", ByteArrayDeserializer.class.getName());
        properties.put("value.deserializer", ByteArrayDeserializer.class.getName());

        final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        final AtomicLong begun = new AtomicLong(), cpuBegun = new AtomicLong(), done = new AtomicLong();
        final CountDownLatch all = new CountDownLatch(1);
        final ParallelStreamProcessor<byte[], byte[]> processor = ParallelStreamProcessor.createEosStreamProcessor(
                ParallelConsumerOptions.<byte[], byte[]>builder()
                        .ordering(ProcessingOrder.valueOf(order))
                        .maxConcurrency(concurrency)
                        .consumer(new KafkaConsumer<byte[], byte[]>(properties))
                        .build());
        processor.subscribe(List.of(topic));
        processor.poll(context -> {
            if (begun.compareAndSet(0, System.nanoTime())) cpuBegun.set(system.getProcessCpuTime());
            final HttpRequest request = HttpRequest.newBuilder(uri)
                    .header("content-type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(context.getSingleConsumerRecord().value()))
                    .build();
            try {
                final int status = client.send(request, HttpResponse.BodyHandlers.ofByteArray()).statusCode();
                if (status != 200) throw new IllegalStateException("status " + status);
            } catch (java.io.IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
            if (done.incrementAndGet() == records) all.countDown();
        });
        all.await();
        final double seconds = (System.nanoTime() - begun.get()) / 1e9;
        final double cpu = (system.getProcessCpuTime() - cpuBegun.get()) / 1e9;
        processor.closeDrainFirst();
        System.out.printf(java.util.Locale.ROOT, "%d %.6f %.6f%n", done.get(), seconds, cpu);
        System.exit(0);
    }
}
