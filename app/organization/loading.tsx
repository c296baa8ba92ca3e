import { PortalLoading } from "@/components/training/portal-loading";

export default function OrganizationLoading() {
  return <PortalLoading label="Fetching requests" />;
}
