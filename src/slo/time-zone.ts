// Which time zones there are: those that Intl knows by an IANA name.
import { listOf, nearest } from "./suggest.ts";

/** Whether a name is one of the IANA time zone database. Offsets such as "+02:00" are none: they have no summer time to get right. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Whether a time zone is UTC, by whatever name. */
export function isUtc(name: string): boolean {
  return isTimeZone(name) && new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone === "UTC";
}

/** What to write instead of a name that is no time zone. @example suggestTimeZone("Europe/Berln") // 'Did you mean "Europe/Berlin"?' */
export function suggestTimeZone(name: string): string {
  const names = Intl.supportedValuesOf("timeZone");
  const city = name.split("/").at(-1)?.replaceAll(" ", "_") ?? name;
  const near =
    nearest(name, names) ?? names.find((known) => known.split("/").at(-1)?.toLowerCase() === city.toLowerCase());
  if (near !== undefined) return `Did you mean "${near}"?`;
  return `Use an IANA name, such as ${listOf(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"])}.`;
}
