/** Warnings and remarks that came with a result. */

import { Note } from '../../ui/Note';
import classes from './Notices.module.css';

export function Notices({ warnings, infos }: { warnings: string[]; infos: string[] }) {
  return (
    <>
      {warnings.length > 0 && (
        <Note tone="unsure" role="status" title="Warnings">
          <NoticeList notices={warnings} />
        </Note>
      )}
      {infos.length > 0 && (
        <Note tone="info" role="status" title="Remarks">
          <NoticeList notices={infos} />
        </Note>
      )}
    </>
  );
}

function NoticeList({ notices }: { notices: string[] }) {
  return (
    <ul className={classes.list}>
      {notices.map((notice) => (
        <li key={notice}>{notice}</li>
      ))}
    </ul>
  );
}
