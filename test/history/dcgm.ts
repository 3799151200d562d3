// Two GPUs that serve a model, as the DCGM exporter sees them.
import { activity } from "./clock.ts";
import {
  type At,
  busy,
  counter,
  type ExportedSeries,
  type Exporter,
  gauge,
  within,
  withLabels,
} from "./exported-series.ts";

interface Gpu {
  readonly gpu: string;
  readonly node: string;
  readonly pod: string;
  readonly load: number;
}

const gpus: readonly Gpu[] = [
  { gpu: "0", node: "gpu-node-1", pod: "vllm-llama-6c7d5f8b9-k4m8x", load: 1 },
  { gpu: "1", node: "gpu-node-1", pod: "vllm-llama-6c7d5f8b9-p7q2d", load: 0.8 },
];

function gpuSeries({ gpu, node, pod, load }: Gpu): readonly ExportedSeries[] {
  const percent = busy(6 * load, 32 * load, 9);
  const used: At = (time, noise) => Math.min(100, percent(time, noise));
  const share: At = (time, noise) => used(time, noise) / 100;
  const field = (metric: string, at: At | number) => gauge(metric, at);
  return withLabels(
    {
      gpu,
      node,
      pod,
      container: "vllm",
      namespace: "ai",
      UUID: `GPU-5f2c1d9e-000${gpu}`,
      device: `nvidia${gpu}`,
      modelName: "NVIDIA H100 80GB HBM3",
      Hostname: node,
      pci_bus_id: `00000000:0${gpu}:00.0`,
      job: "dcgm-exporter",
      instance: "10.0.4.21:9400",
    },
    [
      ...field("DCGM_FI_DEV_GPU_UTIL", (time, noise) => Math.round(used(time, noise))),
      ...field("DCGM_FI_DEV_MEM_COPY_UTIL", (time, noise) => Math.round(0.6 * used(time, noise))),
      ...field("DCGM_FI_DEV_FB_USED", busy(66_000, 2_500 * load, 300)),
      ...field("DCGM_FI_DEV_FB_FREE", (time) => 15_559 - 2_500 * load * activity(time)),
      ...field("DCGM_FI_DEV_FB_RESERVED", 500),
      ...field("DCGM_FI_DEV_GPU_TEMP", (time, noise) => Math.round(38 + 0.35 * used(time, noise))),
      ...field("DCGM_FI_DEV_MEMORY_TEMP", (time, noise) => Math.round(44 + 0.35 * used(time, noise))),
      ...field("DCGM_FI_DEV_POWER_USAGE", (time, noise) => 110 + 5.2 * used(time, noise)),
      ...counter("DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION", (time, noise) => (110 + 5.2 * used(time, noise)) * 1_000),
      ...field("DCGM_FI_DEV_SM_CLOCK", (time, noise) => (used(time, noise) > 20 ? 1_755 : 345)),
      ...field("DCGM_FI_DEV_MEM_CLOCK", 2_619),
      ...field("DCGM_FI_DEV_XID_ERRORS", 0),
      ...field("DCGM_EXP_XID_ERRORS_COUNT", 0),
      ...counter("DCGM_FI_DEV_PCIE_REPLAY_COUNTER", 0),
      ...counter("DCGM_FI_DEV_NVLINK_BANDWIDTH_TOTAL", (time, noise) => 40 * used(time, noise)),
      ...counter("DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS", 0),
      ...counter("DCGM_FI_DEV_CORRECTABLE_REMAPPED_ROWS", (time) =>
        gpu === "1" && within(time, 14, 13.98) ? 1 / 60 : 0,
      ),
      ...field("DCGM_FI_DEV_ROW_REMAP_FAILURE", 0),
      ...counter("DCGM_FI_DEV_POWER_VIOLATION", (time, noise) => (used(time, noise) > 85 ? 40_000_000 : 0)),
      ...counter("DCGM_FI_DEV_THERMAL_VIOLATION", 0),
      ...counter("DCGM_FI_DEV_ECC_DBE_VOL_TOTAL", 0),
      ...field("DCGM_FI_PROF_GR_ENGINE_ACTIVE", share),
      ...field("DCGM_FI_PROF_PIPE_TENSOR_ACTIVE", (time, noise) => 0.45 * share(time, noise)),
      ...field("DCGM_FI_PROF_DRAM_ACTIVE", (time, noise) => 0.55 * share(time, noise)),
      ...field("DCGM_FI_PROF_PCIE_TX_BYTES", (time, noise) => 9e6 * used(time, noise)),
      ...field("DCGM_FI_PROF_PCIE_RX_BYTES", (time, noise) => 6e6 * used(time, noise)),
    ],
  );
}

export const dcgm: Exporter = {
  name: "DCGM exporter",
  source:
    "src/backends/kubernetes/dcgm-counters.ts, and https://docs.nvidia.com/datacenter/dcgm/latest/dcgm-api/dcgm-api-field-ids.html",
  series: gpus.flatMap(gpuSeries),
};
