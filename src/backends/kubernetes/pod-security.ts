// What the Pod Security Standard "restricted" asks for, and a root file system that can't be written.
import type { types } from "./cdk8s.ts";

/** As a number, since the kubelet can't tell whether a user given by name is root. Volumes are made writable for the same id. */
export function restrictedPod(user: number): types.PodSecurityContext {
  return {
    runAsNonRoot: true,
    runAsUser: user,
    runAsGroup: user,
    fsGroup: user,
    fsGroupChangePolicy: "OnRootMismatch",
    seccompProfile: { type: "RuntimeDefault" },
  };
}

export const restrictedContainer: types.SecurityContext = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  readOnlyRootFilesystem: true,
};
