import { useSuspenseQueries } from '@tanstack/react-query';

import { build, runtime } from '../../api/keys';
import { FactTable } from './FactTable';
import classes from './Sheets.module.css';
import { StatusFrame } from './StatusFrame';

export default function RuntimePage() {
  const [running, built] = useSuspenseQueries({ queries: [runtime, build] });
  return (
    <StatusFrame>
      <div className={classes.sheets}>
        <FactTable title="Runtime" facts={running.data.facts} />
        <FactTable title="Build" facts={built.data} />
      </div>
    </StatusFrame>
  );
}
