// What the GPU exporter reads: field, type and help, with exactly two commas each. It replaces the image's own list, which lacks errors and throttling.

const fields = [
  ["DCGM_FI_DEV_SM_CLOCK", "gauge", "SM clock frequency (in MHz)."],
  ["DCGM_FI_DEV_MEM_CLOCK", "gauge", "Memory clock frequency (in MHz)."],
  ["DCGM_FI_DEV_MEMORY_TEMP", "gauge", "Memory temperature (in C)."],
  ["DCGM_FI_DEV_GPU_TEMP", "gauge", "GPU temperature (in C)."],
  ["DCGM_FI_DEV_POWER_USAGE", "gauge", "Power draw (in W)."],
  ["DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION", "counter", "Energy since boot (in mJ)."],
  ["DCGM_FI_DEV_PCIE_REPLAY_COUNTER", "counter", "PCIe retries."],
  ["DCGM_FI_DEV_GPU_UTIL", "gauge", "GPU utilization (in %)."],
  ["DCGM_FI_DEV_MEM_COPY_UTIL", "gauge", "Memory utilization (in %)."],
  ["DCGM_FI_DEV_XID_ERRORS", "gauge", "Value of the last XID error."],
  ["DCGM_FI_DEV_FB_FREE", "gauge", "Frame buffer memory free (in MiB)."],
  ["DCGM_FI_DEV_FB_USED", "gauge", "Frame buffer memory used (in MiB)."],
  ["DCGM_FI_DEV_FB_RESERVED", "gauge", "Frame buffer memory reserved (in MiB)."],
  ["DCGM_FI_DEV_NVLINK_BANDWIDTH_TOTAL", "counter", "NVLink bandwidth counters over all lanes."],
  ["DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS", "counter", "Remapped rows for uncorrectable errors."],
  ["DCGM_FI_DEV_CORRECTABLE_REMAPPED_ROWS", "counter", "Remapped rows for correctable errors."],
  ["DCGM_FI_DEV_ROW_REMAP_FAILURE", "gauge", "Whether remapping of rows has failed."],
  ["DCGM_FI_DEV_POWER_VIOLATION", "counter", "Throttling duration due to power (in ns)."],
  ["DCGM_FI_DEV_THERMAL_VIOLATION", "counter", "Throttling duration due to heat (in ns)."],
  ["DCGM_FI_DEV_ECC_DBE_VOL_TOTAL", "counter", "Double-bit volatile ECC errors."],
  ["DCGM_FI_PROF_GR_ENGINE_ACTIVE", "gauge", "Ratio of time the graphics engine is active."],
  ["DCGM_FI_PROF_PIPE_TENSOR_ACTIVE", "gauge", "Ratio of cycles the tensor pipe is active."],
  ["DCGM_FI_PROF_DRAM_ACTIVE", "gauge", "Ratio of cycles the memory interface is active."],
  ["DCGM_FI_PROF_PCIE_TX_BYTES", "gauge", "PCIe transmit rate (in bytes per second)."],
  ["DCGM_FI_PROF_PCIE_RX_BYTES", "gauge", "PCIe receive rate (in bytes per second)."],
  ["DCGM_EXP_XID_ERRORS_COUNT", "gauge", "XID errors within a time window."],
] as const;

export const dcgmCounters = fields.map((field) => `${field.join(", ")}\n`).join("");
