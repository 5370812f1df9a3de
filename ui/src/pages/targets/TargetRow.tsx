import type { ActiveTarget } from '../../api/targets';
import { readableSpan } from '../../time/duration';
import { LabelList } from '../../ui/LabelList';
import { HealthBadge } from './HealthBadge';
import { lastScrapeText } from './lastScrape';
import classes from './PoolCard.module.css';

export function TargetRow({ target, nowMs }: { target: ActiveTarget; nowMs: number }) {
  return (
    <tr>
      <td className={classes.endpoint}>
        <Endpoint target={target} />
        {target.lastError !== '' && <div className={classes.error}>{target.lastError}</div>}
      </td>
      <td>
        <HealthBadge health={target.health} />
      </td>
      <td className={classes.scrape}>
        {lastScrapeText(target.lastScrape, nowMs)}
        <span className={classes.small}>took {readableSpan(target.lastScrapeDuration * 1000)}</span>
        {target.scrapeInterval !== '' && (
          <span className={classes.small}>
            every {target.scrapeInterval}, timeout {target.scrapeTimeout}
          </span>
        )}
      </td>
      <td>
        <LabelList labels={target.labels} name="Labels" />
        <details className={classes.discovered}>
          <summary>Before relabelling</summary>
          <LabelList labels={target.discoveredLabels} name="Discovered labels" />
        </details>
      </td>
    </tr>
  );
}

/** Targets that the server makes itself have an address that no browser can open. */
function Endpoint({ target }: { target: ActiveTarget }) {
  const url = target.globalUrl === '' ? target.scrapeUrl : target.globalUrl;
  if (!/^https?:/.test(url)) return <span>{target.scrapeUrl}</span>;
  return (
    <a href={url} target="_blank" rel="noreferrer">
      {target.scrapeUrl}
    </a>
  );
}
