// What the Pod Security Standard "restricted" asks for, and a root file system that can't be written.
import type { k8s } from "cdk8s-plus-28";

/** As a number, since the kubelet can't tell whether a user given by name is root. Volumes are made writable for the same id. */
export function restrictedPod(user: number): k8s.PodSecurityContext {
  return {
    runAsNonRoot: true,
    runAsUser: user,
    runAsGroup: user,
    fsGroup: user,
    fsGroupChangePolicy: "OnRootMismatch",
    seccompProfile: { type: "RuntimeDefault" },
  };
}

export const restrictedContainer: k8s.SecurityContext = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  readOnlyRootFilesystem: true,
};
