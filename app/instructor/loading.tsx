import { PortalLoading } from "@/components/training/portal-loading";

export default function InstructorLoading() {
  return <PortalLoading label="Fetching classes" />;
}
