import { useSuspenseQuery } from '@tanstack/react-query';

import { tsdbStatus } from '../../api/keys';
import { RefreshSelect } from '../../ui/RefreshSelect';
import { useRefresh } from '../../ui/useRefresh';
import { CardinalityTable } from './CardinalityTable';
import { HeadFigures } from './HeadFigures';
import classes from './Sheets.module.css';
import { StatusFrame } from './StatusFrame';

export default function TsdbPage() {
  const [refreshMs, setRefresh] = useRefresh(null);
  const { data, refetch } = useSuspenseQuery({ ...tsdbStatus, refetchInterval: refreshMs ?? false });
  return (
    <StatusFrame
      actions={<RefreshSelect value={refreshMs} onChange={setRefresh} onNow={() => void refetch()} />}
    >
      <HeadFigures head={data.headStats} />
      <div className={classes.sheets}>
        <CardinalityTable
          title="Metrics with most series"
          what="Metric"
          unit="Series"
          rows={data.seriesCountByMetricName}
        />
        <CardinalityTable
          title="Labels with most values"
          what="Label"
          unit="Values"
          rows={data.labelValueCountByLabelName}
        />
        <CardinalityTable
          title="Labels that take most memory"
          what="Label"
          unit="Memory"
          bytes
          rows={data.memoryInBytesByLabelName}
        />
        <CardinalityTable
          title="Label pairs with most series"
          what="Pair"
          unit="Series"
          rows={data.seriesCountByLabelValuePair}
        />
      </div>
    </StatusFrame>
  );
}
