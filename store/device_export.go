package store

import (
	"context"
	"encoding/csv"
	"io"

	"tenantry/domain"
)

// ExportDevices writes the query's devices, all of them, as CSV with the
// import's header and returns how many. A spreadsheet takes no text in it for a
// formula. What changes while it is written may be in it as it was or as it is.
func (db *DB) ExportDevices(ctx context.Context, actor domain.Actor, q DeviceQuery, w io.Writer, progress Progress) (int, error) {
	devices, err := db.DeviceBatches(ctx, actor, q)
	if err != nil {
		return 0, err
	}
	out := csv.NewWriter(w)
	if err := out.Write(deviceColumns); err != nil {
		return 0, writeError(err)
	}
	written := 0
	for devices.More() {
		rows, err := devices.Next(ctx)
		if err != nil {
			return written, err
		}
		for _, row := range rows {
			if err := out.Write(exportRecord(row)); err != nil {
				return written, writeError(err)
			}
		}
		written += len(rows)
		if progress != nil {
			progress(written, devices.Total)
		}
	}
	out.Flush()
	return written, writeError(out.Error())
}

func writeError(err error) error {
	if err == nil {
		return nil
	}
	return domain.Errorf(domain.Unavailable, "file", "The export can't be written: %w.", err)
}

// exportRecord is a device in the order of deviceColumns.
func exportRecord(row DeviceRow) []string {
	record := []string{
		row.UnitID.String(), row.Name, row.CustomerPath, row.Make, row.Model, yearText(row.Year), row.Type,
		row.IMEI, row.ICCID, row.Phone, row.VIN, domain.JoinTags(row.Tags), row.Plate,
	}
	for i := range record {
		record[i] = domain.CSVField(record[i])
	}
	return record
}
