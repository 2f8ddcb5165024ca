package dev.waybill.systemtests.report;

import dev.waybill.systemtests.history.FaultSpan;
import dev.waybill.systemtests.history.History;
import dev.waybill.systemtests.history.Round;
import dev.waybill.systemtests.history.Sample;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.LegendItem;
import org.jfree.chart.LegendItemCollection;
import org.jfree.chart.StandardChartTheme;
import org.jfree.chart.axis.LogarithmicAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.SymbolAxis;
import org.jfree.chart.plot.CombinedDomainXYPlot;
import org.jfree.chart.plot.IntervalMarker;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.StandardXYBarPainter;
import org.jfree.chart.renderer.xy.XYBarRenderer;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.title.LegendTitle;
import org.jfree.chart.ui.Layer;
import org.jfree.chart.ui.RectangleAnchor;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.Range;
import org.jfree.data.xy.XYIntervalSeries;
import org.jfree.data.xy.XYIntervalSeriesCollection;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;
import org.jfree.svg.MeetOrSlice;
import org.jfree.svg.PreserveAspectRatio;
import org.jfree.svg.SVGGraphics2D;
import org.jfree.svg.ViewBox;

/** A round on one axis of time: what piled up, how the breaker stood, and what was done to the system. */
final class Timeline {

    private static final int WIDTH = 1200;
    private static final int BACKLOG_HEIGHT = 280;
    private static final int BREAKER_HEIGHT = 40;
    private static final int ROW_HEIGHT = 24;
    private static final int AROUND = 140;

    /** A span is at least so wide, as a part of the whole, or a moment could not be seen. */
    private static final double LEAST = 0.004;

    /** On the right there is some for a word. */
    private static final double ROOM = 1.1;

    /** Told apart by those who see no red or green, too (Okabe and Ito). */
    private static final Color BLUE = new Color(0x0072B2);

    private static final Color ORANGE = new Color(0xE69F00);
    private static final Color SKY = new Color(0x56B4E9);
    private static final Color PURPLE = new Color(0xCC79A7);
    private static final Color VERMILION = new Color(0xD55E00);
    private static final Color GREEN = new Color(0x009E73);
    private static final Color GREY = new Color(0xBBBBBB);
    private static final Color INK = new Color(0x333333);

    private static final Rectangle2D SWATCH = new Rectangle2D.Double(-5, -5, 10, 10);

    private static final Map<String, Color> BREAKER =
            Map.of("CLOSED", GREEN, "HALF_OPEN", ORANGE, "OPEN", VERMILION, "not known", GREY);

    private final History history;
    private final List<String> rows;
    private final double end;

    Timeline(History history) {
        this.history = history;
        rows = history.faults().stream().map(Timeline::row).distinct().sorted().toList();
        end = Math.max(1, length(history) / 1000.0);
    }

    /** How long a round was recorded, in ms. */
    static long length(History history) {
        Round round = history.round();
        return Stream.of(
                        Stream.of(round.healedAt(), round.convergedAt()).filter(Objects::nonNull),
                        history.samples().stream().map(Sample::at),
                        history.faults().stream().map(FaultSpan::to))
                .flatMap(Function.identity())
                .mapToLong(Long::longValue)
                .max()
                .orElse(0);
    }

    private static String row(FaultSpan fault) {
        return fault.name() + " · " + fault.target();
    }

    String svg() {
        SVGGraphics2D graphics = new SVGGraphics2D(WIDTH, height());
        chart().draw(graphics, new Rectangle2D.Double(0, 0, WIDTH, height()));
        return graphics.getSVGElement(
                null, true, new ViewBox(0, 0, WIDTH, height()), PreserveAspectRatio.XMID_YMID, MeetOrSlice.MEET);
    }

    int height() {
        return BACKLOG_HEIGHT + BREAKER_HEIGHT + gantt() + AROUND;
    }

    private int gantt() {
        return ROW_HEIGHT * Math.max(1, rows.size());
    }

    JFreeChart chart() {
        NumberAxis time = new NumberAxis("seconds since the round began");
        time.setRange(new Range(0, end * ROOM));
        CombinedDomainXYPlot all = new CombinedDomainXYPlot(time);
        all.setGap(14);
        all.setOrientation(PlotOrientation.VERTICAL);
        XYPlot backlogs = backlogs();
        all.add(backlogs, BACKLOG_HEIGHT);
        XYPlot breaker = breaker();
        all.add(breaker, BREAKER_HEIGHT);
        XYPlot faults = faults();
        all.add(faults, gantt());
        Round round = history.round();
        JFreeChart chart = new JFreeChart(
                "%s, seed %d".formatted(round.name(), round.seed()), JFreeChart.DEFAULT_TITLE_FONT, all, false);
        StandardChartTheme theme = (StandardChartTheme) StandardChartTheme.createJFreeTheme();
        theme.setExtraLargeFont(new Font(Font.SANS_SERIF, Font.BOLD, 16));
        theme.setLargeFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
        theme.setRegularFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
        theme.apply(chart);
        chart.setBackgroundPaint(Color.WHITE);
        for (XYPlot plot : List.of(backlogs, breaker, faults)) {
            plain(plot);
            moments(plot, plot == backlogs);
        }
        colours(backlogs, faults);
        chart.addLegend(legend(all));
        chart.setPadding(new RectangleInsets(8, 8, 8, 16));
        return chart;
    }

    private static LegendTitle legend(CombinedDomainXYPlot all) {
        LegendTitle legend = new LegendTitle(all);
        legend.setPosition(RectangleEdge.BOTTOM);
        legend.setItemFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
        return legend;
    }

    private static void plain(XYPlot plot) {
        plot.setBackgroundPaint(Color.WHITE);
        plot.setDomainGridlinePaint(new Color(0xDDDDDD));
        plot.setRangeGridlinePaint(new Color(0xDDDDDD));
        plot.setOutlinePaint(GREY);
    }

    /** The end of the last fault, and the end of it all. */
    private void moments(XYPlot plot, boolean named) {
        Round round = history.round();
        moment(plot, round.healedAt(), named ? "healed" : null, TextAnchor.TOP_RIGHT, RectangleAnchor.TOP_LEFT);
        if (round.convergedAt() != null) {
            moment(
                    plot,
                    round.convergedAt(),
                    named ? "converged" : null,
                    TextAnchor.TOP_LEFT,
                    RectangleAnchor.TOP_RIGHT);
        }
    }

    private static void moment(XYPlot plot, long at, String name, TextAnchor text, RectangleAnchor side) {
        ValueMarker marker = new ValueMarker(at / 1000.0, INK, new BasicStroke(1.5f));
        marker.setAlpha(1);
        if (name != null) {
            marker.setLabel(name);
            marker.setLabelFont(new Font(Font.SANS_SERIF, Font.BOLD, 12));
            marker.setLabelPaint(INK);
            marker.setLabelBackgroundColor(Color.WHITE);
            marker.setLabelTextAnchor(text);
            marker.setLabelAnchor(side);
        }
        plot.addDomainMarker(marker, Layer.FOREGROUND);
    }

    private XYPlot backlogs() {
        XYSeriesCollection lines = new XYSeriesCollection();
        lines.addSeries(line("orders not yet published (events)", Sample::ordersBacklog));
        lines.addSeries(line("shipments not yet published (events)", Sample::shippingBacklog));
        lines.addSeries(line("waiting for the carrier (shipments)", Sample::waiting));
        // From 0 on, and yet the small ones can be told beside the large ones.
        LogarithmicAxis axis = new LogarithmicAxis("backlog, logarithmic");
        axis.setAllowNegativesFlag(true);
        axis.setLog10TickLabelsFlag(false);
        axis.setRange(0, Math.max(10, lines.getRangeUpperBound(false) * 1.5));
        XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(true, false);
        renderer.setDrawSeriesLineAsPath(true); // one element a line, not one a second
        return new XYPlot(lines, null, axis, renderer);
    }

    /** Broken where the value was not to be had. */
    private XYSeries line(String name, Function<Sample, Long> value) {
        XYSeries line = new XYSeries(name, true, true);
        history.samples().forEach(sample -> line.add(sample.at() / 1000.0, value.apply(sample)));
        return line;
    }

    private XYPlot breaker() {
        SymbolAxis axis = new SymbolAxis(null, new String[] {"breaker"});
        axis.setRange(-0.5, 0.5);
        axis.setGridBandsVisible(false);
        XYPlot plot = new XYPlot(new XYSeriesCollection(), null, axis, new XYLineAndShapeRenderer());
        LegendItemCollection legend = new LegendItemCollection();
        BREAKER.keySet().stream()
                .sorted()
                .filter(state -> history.samples().stream().anyMatch(sample -> state.equals(state(sample))))
                .forEach(state -> legend.add(swatch("breaker " + state, BREAKER.get(state))));
        plot.setFixedLegendItems(legend);
        List<Sample> samples = history.samples();
        int from = 0;
        for (int i = 1; i <= samples.size(); i++) {
            if (i == samples.size() || !state(samples.get(i)).equals(state(samples.get(from)))) {
                double until = i == samples.size() ? end : samples.get(i).at() / 1000.0;
                plot.addDomainMarker(
                        band(samples.get(from).at() / 1000.0, until, BREAKER.get(state(samples.get(from)))),
                        Layer.BACKGROUND);
                from = i;
            }
        }
        return plot;
    }

    private static IntervalMarker band(double from, double to, Color colour) {
        IntervalMarker band = new IntervalMarker(from, to, colour);
        band.setAlpha(1);
        return band;
    }

    private static String state(Sample sample) {
        return BREAKER.containsKey(String.valueOf(sample.breaker())) ? sample.breaker() : "not known";
    }

    private static LegendItem swatch(String text, Color colour) {
        return new LegendItem(text, null, null, null, SWATCH, colour);
    }

    private XYPlot faults() {
        SymbolAxis axis =
                new SymbolAxis(null, rows.isEmpty() ? new String[] {"no fault"} : rows.toArray(String[]::new));
        axis.setInverted(true);
        axis.setGridBandsVisible(false);
        axis.setRange(-0.5, Math.max(1, rows.size()) - 0.5);
        XYIntervalSeriesCollection spans = new XYIntervalSeriesCollection();
        for (Fate fate : Fate.values()) {
            XYIntervalSeries series = new XYIntervalSeries(fate.text);
            history.faults().stream().filter(fault -> Fate.of(fault) == fate).forEach(fault -> {
                double from = fault.from() / 1000.0;
                double to = Math.max(fault.to() / 1000.0, from + LEAST * end);
                int row = rows.indexOf(row(fault));
                series.add(from, from, to, row, row - 0.35, row + 0.35);
            });
            spans.addSeries(series);
        }
        XYBarRenderer bars = new XYBarRenderer();
        bars.setUseYInterval(true);
        return new XYPlot(spans, null, axis, bars);
    }

    /** After the theme, which has its own. */
    private static void colours(XYPlot backlogs, XYPlot faults) {
        List<Color> lines = List.of(BLUE, ORANGE, PURPLE);
        for (int i = 0; i < lines.size(); i++) {
            backlogs.getRenderer().setSeriesPaint(i, lines.get(i));
            backlogs.getRenderer().setSeriesStroke(i, new BasicStroke(2f));
        }
        XYBarRenderer bars = (XYBarRenderer) faults.getRenderer();
        bars.setShadowVisible(false);
        bars.setLegendBar(SWATCH);
        bars.setBarPainter(new StandardXYBarPainter());
        for (Fate fate : Fate.values()) {
            bars.setSeriesPaint(fate.ordinal(), fate.colour);
            bars.setSeriesVisibleInLegend(
                    fate.ordinal(),
                    ((XYIntervalSeriesCollection) faults.getDataset()).getItemCount(fate.ordinal()) > 0);
        }
    }

    /** What a fault came to. */
    enum Fate {
        DONE("fault with effect", SKY),
        NOT_DONE("fault that could not be done", GREY),
        WITHOUT_EFFECT("fault without effect", VERMILION);

        private final String text;
        private final Color colour;

        Fate(String text, Color colour) {
            this.text = text;
            this.colour = colour;
        }

        static Fate of(FaultSpan fault) {
            return fault.withoutEffect() ? WITHOUT_EFFECT : fault.effect() == null ? NOT_DONE : DONE;
        }
    }
}
