import { type DataFrame, type DataTransformerConfig, standardTransformers, standardTransformersRegistry, transformDataFrame } from "@grafana/data";
import { TableNG } from "@grafana/ui/unstable";
import { useEffect, useState } from "react";
import { option, type PanelProps } from "./drawing.ts";
import { withFieldConfig } from "./fields.ts";
import { framesOf } from "./frames.ts";
import { timeRangeOf } from "./time-series.tsx";

standardTransformersRegistry.setInit(() =>
  Object.values(standardTransformers).map((transformation) => ({
    id: transformation.id,
    name: transformation.name,
    transformation: async () => transformation,
    editor: () => null,
    imageDark: "",
    imageLight: "",
  })),
);

export function TablePanel(props: PanelProps) {
  const { panel, drawing, width, height } = props;
  const [frames, setFrames] = useState<DataFrame[]>([]);
  useEffect(() => {
    const transformations = (panel.transformations ?? []) as DataTransformerConfig[];
    const subscription = transformDataFrame(transformations, framesOf(props)).subscribe((transformed) =>
      setFrames(withFieldConfig(panel, transformed)),
    );
    return () => subscription.unsubscribe();
  }, [panel, props]);
  const [frame] = frames;
  if (!frame) return null;
  return (
    <TableNG
      data={frame}
      width={width}
      height={height}
      timeRange={timeRangeOf(drawing)}
      cellHeight={option(panel, "cellHeight", "sm" as never)}
      showTypeIcons={false}
      sortBy={option(panel, "sortBy", [])}
      noHeader={!option(panel, "showHeader", true)}
      enableVirtualization={false}
    />
  );
}
