import { LimitList } from './LimitList';
import { UsageReport } from './UsageReport';

/** What the user's own calls took, and what they may still take. */
export function UsageSection() {
  return (
    <>
      <LimitList />
      <UsageReport />
    </>
  );
}
