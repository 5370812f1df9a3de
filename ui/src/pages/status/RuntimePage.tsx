import { useSuspenseQueries } from '@tanstack/react-query';

import { build, runtime } from '../../api/keys';
import { buildFacts, runtimeFacts } from './facts';
import { FactTable } from './FactTable';
import classes from './Sheets.module.css';
import { StatusFrame } from './StatusFrame';

export default function RuntimePage() {
  const [running, built] = useSuspenseQueries({ queries: [runtime, build] });
  return (
    <StatusFrame>
      <div className={classes.sheets}>
        <FactTable title="Runtime" facts={runtimeFacts(running.data.facts, built.data)} />
        <FactTable title="Build" facts={buildFacts(built.data)} />
      </div>
    </StatusFrame>
  );
}
