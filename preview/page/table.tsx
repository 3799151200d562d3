import {
  cacheFieldDisplayNames,
  type DataFrame,
  type DataTransformerConfig,
  standardTransformers,
  standardTransformersRegistry,
  transformDataFrame,
} from "@grafana/data";
import { TableNG } from "@grafana/ui/unstable";
import { useEffect, useState } from "react";
import { option, type PanelProps } from "./drawing.ts";
import { withFieldConfig } from "./fields.ts";
import { framesOf } from "./frames.ts";
import { timeRangeOf } from "./time-series.tsx";

/** Some have two names. */
const transformers = new Set(Object.values(standardTransformers));

standardTransformersRegistry.setInit(() =>
  [...transformers].map((transformation) => ({
    id: transformation.id,
    name: transformation.name,
    transformation: async () => transformation,
    editor: () => null,
    imageDark: "",
    imageLight: "",
  })),
);

/** Headings are read off what was worked out before: columns may have been renamed since. */
function named(frames: DataFrame[]): DataFrame[] {
  for (const field of frames.flatMap((frame) => frame.fields)) field.state = { ...field.state, displayName: null };
  cacheFieldDisplayNames(frames);
  return frames;
}

export function TablePanel(props: PanelProps) {
  const { panel, width, height } = props;
  const [frames, setFrames] = useState<DataFrame[]>([]);
  useEffect(() => {
    const transformations = (panel.transformations ?? []) as DataTransformerConfig[];
    const subscription = transformDataFrame(transformations, framesOf(props)).subscribe((transformed) =>
      setFrames(named(withFieldConfig(panel, transformed))),
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
      timeRange={timeRangeOf(props)}
      cellHeight={option(panel, "cellHeight", "sm" as never)}
      showTypeIcons={false}
      sortBy={option(panel, "sortBy", [])}
      noHeader={!option(panel, "showHeader", true)}
      enableVirtualization={false}
    />
  );
}
