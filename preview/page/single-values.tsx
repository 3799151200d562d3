// Stats and bar gauges: one figure for each series.
import {
  type DisplayValueAlignmentFactors,
  type FieldDisplay,
  getDisplayProcessor,
  getDisplayValueAlignmentFactors,
  getFieldDisplayValues,
  type ReduceDataOptions,
  VizOrientation,
} from "@grafana/data";
import { BarGauge, BigValue, VizRepeater, type VizRepeaterRenderValueProps } from "@grafana/ui";
import { option, type PanelProps } from "./drawing.ts";
import { fieldConfigOf, withFieldConfig } from "./fields.ts";
import { framesOf } from "./frames.ts";
import { theme } from "./theme.ts";

function displaysOf(props: PanelProps): FieldDisplay[] {
  const { panel } = props;
  return getFieldDisplayValues({
    fieldConfig: fieldConfigOf(panel),
    reduceOptions: option<ReduceDataOptions>(panel, "reduceOptions", { calcs: ["lastNotNull"] }),
    data: withFieldConfig(panel, framesOf(props)),
    sparkline: option(panel, "graphMode", "none") !== "none",
    theme,
    replaceVariables: (text) => text,
    timeZone: "utc",
  });
}

function Repeated({
  props,
  renderValue,
}: {
  readonly props: PanelProps;
  readonly renderValue: (
    one: VizRepeaterRenderValueProps<FieldDisplay, DisplayValueAlignmentFactors>,
  ) => React.JSX.Element;
}) {
  const { panel, width, height } = props;
  return (
    <VizRepeater
      getValues={() => displaysOf(props)}
      renderValue={renderValue}
      getAlignmentFactors={(values) => getDisplayValueAlignmentFactors(values)}
      source={props}
      width={width}
      height={height}
      renderCounter={0}
      autoGrid={panel.type === "stat"}
      orientation={option(panel, "orientation", VizOrientation.Auto)}
      minVizHeight={option(panel, "minVizHeight", 10)}
      maxVizHeight={option(panel, "maxVizHeight", 300)}
    />
  );
}

export function StatPanel(props: PanelProps) {
  const { panel } = props;
  return (
    <Repeated
      props={props}
      renderValue={({ value, width, height, count }) => (
        <BigValue
          theme={theme}
          value={value.display}
          {...(value.sparkline ? { sparkline: value.sparkline } : {})}
          count={count}
          width={width}
          height={height}
          colorMode={option(panel, "colorMode", "value" as never)}
          graphMode={option(panel, "graphMode", "area" as never)}
          textMode={option(panel, "textMode", "auto" as never)}
          justifyMode={option(panel, "justifyMode", "auto" as never)}
          disableWideLayout={!option(panel, "wideLayout", true)}
        />
      )}
    />
  );
}

export function BarGaugePanel(props: PanelProps) {
  const { panel } = props;
  return (
    <Repeated
      props={props}
      renderValue={({ value, width, height, orientation, alignmentFactors }) => (
        <BarGauge
          theme={theme}
          alignmentFactors={alignmentFactors}
          value={value.display}
          field={value.field}
          display={getDisplayProcessor({ field: { config: value.field, type: "number" as never }, theme })}
          width={width}
          height={height}
          orientation={orientation}
          displayMode={option(panel, "displayMode", "gradient" as never)}
          valueDisplayMode={option(panel, "valueMode", "color" as never)}
          namePlacement={option(panel, "namePlacement", "auto" as never)}
          showUnfilled={option(panel, "showUnfilled", true)}
        />
      )}
    />
  );
}
