import { PortalLoading } from "@/components/training/portal-loading";

export default function AdminLoading() {
  return <PortalLoading label="Fetching the queue" />;
}
