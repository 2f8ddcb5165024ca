package dev.waybill.bench.harness;

import java.awt.Color;
import java.awt.Rectangle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.DecimalFormat;
import java.util.List;
import java.util.Map;
import org.jfree.chart.ChartFactory;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.chart.renderer.category.BarRenderer;
import org.jfree.chart.renderer.category.StandardBarPainter;
import org.jfree.data.category.DefaultCategoryDataset;
import org.jfree.svg.SVGGraphics2D;

/** The medians as bars, one picture a discipline. */
final class Plots {

    private static final int WIDTH = 760;
    private static final int BAR = 17;
    private static final int MARGIN = 110;
    private static final List<Color> COLOURS = List.of(new Color(0x2f6f9f), new Color(0xd9822b));

    private final Results results;
    private final List<Entry> entries;

    Plots(Results results, List<Entry> entries) {
        this.results = results;
        this.entries = entries;
    }

    void write(Path folder) throws IOException {
        bars(folder.resolve("drain.svg"), "events a second (logarithmic)", true, Map.of("drain", Drain.RATE));
        bars(
                folder.resolve("latency.svg"),
                "ms from commit to consumer at 100 events a second (logarithmic)",
                true,
                Map.of("p50", Latency.SLOW.p50(), "p99", Latency.SLOW.p99()));
        bars(
                folder.resolve("writing.svg"),
                "transactions a second to those with a plain insert, share relayed by the end",
                false,
                Map.of("transactions", Writing.RATIO, "relayed", Writing.RELAYED));
    }

    private void bars(Path file, String label, boolean logarithmic, Map<String, String> metrics) throws IOException {
        DefaultCategoryDataset data = new DefaultCategoryDataset();
        metrics.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(series -> entries.forEach(entry -> results.median(entry.id(), series.getValue())
                        .ifPresent(value -> data.addValue(
                                series.getValue().startsWith("%") ? value / 100 : value,
                                series.getKey(),
                                entry.id()))));
        if (data.getColumnCount() == 0) {
            return;
        }
        JFreeChart chart = ChartFactory.createBarChart(
                null, null, label, data, PlotOrientation.HORIZONTAL, metrics.size() > 1, false, false);
        chart.setBackgroundPaint(Color.WHITE);
        CategoryPlot plot = chart.getCategoryPlot();
        plot.setBackgroundPaint(Color.WHITE);
        plot.setRangeGridlinePaint(Color.LIGHT_GRAY);
        plot.setOutlineVisible(false);
        ValueAxis axis = logarithmic ? logarithmic(label) : plot.getRangeAxis();
        plot.setRangeAxis(axis);
        BarRenderer renderer = (BarRenderer) plot.getRenderer();
        renderer.setBarPainter(new StandardBarPainter());
        renderer.setShadowVisible(false);
        renderer.setItemMargin(0.05);
        for (int i = 0; i < metrics.size(); i++) {
            renderer.setSeriesPaint(i, COLOURS.get(i));
        }
        int height = MARGIN + BAR * data.getColumnCount() * (data.getRowCount() + 1);
        SVGGraphics2D graphics = new SVGGraphics2D(WIDTH, height);
        chart.draw(graphics, new Rectangle(WIDTH, height));
        Files.writeString(file, graphics.getSVGDocument());
    }

    private static LogAxis logarithmic(String label) {
        LogAxis axis = new LogAxis(label);
        axis.setSmallestValue(0.1);
        axis.setNumberFormatOverride(new DecimalFormat("#,##0.##"));
        axis.setStandardTickUnits(NumberAxis.createStandardTickUnits());
        return axis;
    }
}
