//! Devices and what `/sys` says of them.

use super::Case;

pub(super) const CASES: &[Case] = &[
    Case {
        part: "cpufreq",
        files: &[
            (
                "sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq",
                "3700000\n",
            ),
            (
                "sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_min_freq",
                "800000\n",
            ),
            (
                "sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq",
                "1699981\n",
            ),
            (
                "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor",
                "powersave\n",
            ),
            (
                "sys/devices/system/cpu/cpu0/cpufreq/scaling_available_governors",
                "performance powersave\n",
            ),
        ],
        lines: &[
            "node_cpu_frequency_max_hertz{cpu=\"0\"} 3.7e+09",
            "node_cpu_frequency_min_hertz{cpu=\"0\"} 8e+08",
            "node_cpu_scaling_frequency_hertz{cpu=\"0\"} 1.699981e+09",
            "node_cpu_scaling_governor{cpu=\"0\",governor=\"performance\"} 0",
            "node_cpu_scaling_governor{cpu=\"0\",governor=\"powersave\"} 1",
        ],
    },
    Case {
        part: "diskstats",
        files: &[
            (
                "proc/diskstats",
                "   8       0 sda 1 2 3 4000 5 6 7 8000 9 10000 11000 12 13 14 15000 16 17000\n\
                 \x20  8       1 sda1 1 2 3 4 5 6 7 8 9 10 11\n\
                 \x20253       0 dm-0 25 0 1 2 3 4 5 6 7 8 9\n\
                 \x20  7       0 loop0 1 1 1 1 1 1 1 1 1 1 1\n",
            ),
            (
                "udev/b8:0",
                "S:disk/by-id/x\nE:ID_PATH=pci-0000:00:1f.2-ata-1\nE:ID_WWN=0x5000\nE:ID_MODEL=DISK\nE:ID_SERIAL_SHORT=S1\n\
                 E:ID_REVISION=R1\nE:ID_ATA=1\nE:ID_ATA_WRITE_CACHE=1\nE:ID_ATA_WRITE_CACHE_ENABLED=0\n\
                 E:ID_ATA_ROTATION_RATE_RPM=7200\n",
            ),
            (
                "udev/b253:0",
                "E:DM_NAME=vg-root\nE:DM_UUID=LVM-1\nE:DM_VG_NAME=vg\nE:DM_LV_NAME=root\nE:ID_FS_TYPE=ext4\n\
                 E:ID_FS_USAGE=filesystem\nE:ID_FS_UUID=u-1\nE:ID_FS_VERSION=1.0\n",
            ),
        ],
        lines: &[
            "node_disk_info{device=\"sda\",major=\"8\",minor=\"0\",path=\"pci-0000:00:1f.2-ata-1\",wwn=\"0x5000\",\
             model=\"DISK\",serial=\"S1\",revision=\"R1\"} 1",
            "node_disk_info{device=\"dm-0\",major=\"253\",minor=\"0\",path=\"\",wwn=\"\",model=\"\",serial=\"\",revision=\"\"} 1",
            "node_disk_filesystem_info{device=\"dm-0\",type=\"ext4\",usage=\"filesystem\",uuid=\"u-1\",version=\"1.0\"} 1",
            "node_disk_device_mapper_info{device=\"dm-0\",name=\"vg-root\",uuid=\"LVM-1\",vg_name=\"vg\",lv_name=\"root\",\
             lv_layer=\"\"} 1",
            "node_disk_reads_completed_total{device=\"sda\"} 1",
            "node_disk_reads_completed_total{device=\"dm-0\"} 25",
            "node_disk_reads_merged_total{device=\"sda\"} 2",
            "node_disk_reads_merged_total{device=\"dm-0\"} 0",
            "node_disk_read_bytes_total{device=\"sda\"} 1536",
            "node_disk_read_bytes_total{device=\"dm-0\"} 512",
            "node_disk_read_time_seconds_total{device=\"sda\"} 4",
            "node_disk_read_time_seconds_total{device=\"dm-0\"} 0.002",
            "node_disk_writes_completed_total{device=\"sda\"} 5",
            "node_disk_writes_completed_total{device=\"dm-0\"} 3",
            "node_disk_writes_merged_total{device=\"sda\"} 6",
            "node_disk_writes_merged_total{device=\"dm-0\"} 4",
            "node_disk_written_bytes_total{device=\"sda\"} 3584",
            "node_disk_written_bytes_total{device=\"dm-0\"} 2560",
            "node_disk_write_time_seconds_total{device=\"sda\"} 8",
            "node_disk_write_time_seconds_total{device=\"dm-0\"} 0.006",
            "node_disk_io_now{device=\"sda\"} 9",
            "node_disk_io_now{device=\"dm-0\"} 7",
            "node_disk_io_time_seconds_total{device=\"sda\"} 10",
            "node_disk_io_time_seconds_total{device=\"dm-0\"} 0.008",
            "node_disk_io_time_weighted_seconds_total{device=\"sda\"} 11",
            "node_disk_io_time_weighted_seconds_total{device=\"dm-0\"} 0.009000000000000001",
            "node_disk_discards_completed_total{device=\"sda\"} 12",
            "node_disk_discards_merged_total{device=\"sda\"} 13",
            "node_disk_discarded_sectors_total{device=\"sda\"} 14",
            "node_disk_discard_time_seconds_total{device=\"sda\"} 15",
            "node_disk_flush_requests_total{device=\"sda\"} 16",
            "node_disk_flush_requests_time_seconds_total{device=\"sda\"} 17",
            "node_disk_ata_write_cache{device=\"sda\"} 1",
            "node_disk_ata_write_cache_enabled{device=\"sda\"} 0",
            "node_disk_ata_rotation_rate_rpm{device=\"sda\"} 7200",
        ],
    },
    Case {
        part: "dmi",
        files: &[
            ("sys/class/dmi/id/bios_vendor", "Maker, Inc.\n"),
            ("sys/class/dmi/id/product_name", "Box \"9\"\n"),
            ("sys/class/dmi/id/sys_vendor", "Seller\n"),
            ("sys/class/dmi/id/uevent", "MODALIAS=dmi\n"),
        ],
        lines: &[
            "node_dmi_info{bios_vendor=\"Maker, Inc.\",product_name=\"Box \\\"9\\\"\",system_vendor=\"Seller\"} 1",
        ],
    },
    Case {
        part: "edac",
        files: &[
            ("sys/devices/system/edac/mc/mc0/ce_count", "1\n"),
            ("sys/devices/system/edac/mc/mc0/ue_count", "5\n"),
            ("sys/devices/system/edac/mc/mc0/ce_noinfo_count", "2\n"),
            ("sys/devices/system/edac/mc/mc0/ue_noinfo_count", "6\n"),
            ("sys/devices/system/edac/mc/mc0/csrow0/ce_count", "3\n"),
            ("sys/devices/system/edac/mc/mc0/csrow0/ue_count", "4\n"),
            ("sys/devices/system/edac/mc/power/async", "disabled\n"),
        ],
        lines: &[
            "node_edac_correctable_errors_total{controller=\"0\"} 1",
            "node_edac_uncorrectable_errors_total{controller=\"0\"} 5",
            "node_edac_csrow_correctable_errors_total{controller=\"0\",csrow=\"unknown\"} 2",
            "node_edac_csrow_correctable_errors_total{controller=\"0\",csrow=\"0\"} 3",
            "node_edac_csrow_uncorrectable_errors_total{controller=\"0\",csrow=\"unknown\"} 6",
            "node_edac_csrow_uncorrectable_errors_total{controller=\"0\",csrow=\"0\"} 4",
        ],
    },
    Case {
        part: "hwmon",
        files: &[
            (
                "sys/class/hwmon/hwmon0/device",
                "->sys/devices/platform/coretemp.0",
            ),
            ("sys/class/hwmon/hwmon0/name", "coretemp\n"),
            ("sys/class/hwmon/hwmon0/temp1_input", "55000\n"),
            ("sys/class/hwmon/hwmon0/temp1_label", "Core 0\n"),
            ("sys/class/hwmon/hwmon0/temp1_crit_alarm", "0\n"),
            ("sys/class/hwmon/hwmon1/name", "nct6779\n"),
            ("sys/class/hwmon/hwmon1/fan2_input", "1098\n"),
            ("sys/class/hwmon/hwmon1/fan2_beep", "1\n"),
            ("sys/class/hwmon/hwmon1/in0_min", "1500\n"),
            ("sys/class/hwmon/hwmon1/intrusion0_alarm", "1\n"),
            ("sys/class/hwmon/hwmon1/pwm1", "150\n"),
            ("sys/class/hwmon/hwmon1/pwm1_enable", "not a number\n"),
            ("sys/class/hwmon/hwmon1/temp1_input", "33500\n"),
        ],
        lines: &[
            "node_hwmon_chip_names{chip=\"platform_coretemp_0\",chip_name=\"coretemp\"} 1",
            "node_hwmon_chip_names{chip=\"nct6779\",chip_name=\"nct6779\"} 1",
            "node_hwmon_fan_beep_enabled{chip=\"nct6779\",sensor=\"fan2\"} 1",
            "node_hwmon_fan_rpm{chip=\"nct6779\",sensor=\"fan2\"} 1098",
            "node_hwmon_in_min_volts{chip=\"nct6779\",sensor=\"in0\"} 1.5",
            "node_hwmon_intrusion_alarm{chip=\"nct6779\",sensor=\"intrusion0\"} 1",
            "node_hwmon_pwm{chip=\"nct6779\",sensor=\"pwm1\"} 150",
            "node_hwmon_temp_celsius{chip=\"platform_coretemp_0\",sensor=\"temp1\"} 55",
            "node_hwmon_temp_celsius{chip=\"nct6779\",sensor=\"temp1\"} 33.5",
            "node_hwmon_temp_crit_alarm_celsius{chip=\"platform_coretemp_0\",sensor=\"temp1\"} 0",
            "node_hwmon_sensor_label{chip=\"platform_coretemp_0\",sensor=\"temp1\",label=\"Core 0\"} 1",
        ],
    },
    Case {
        part: "mdadm",
        files: &[(
            "proc/mdstat",
            "Personalities : [raid1]\nmd0 : active raid1 sdb1[1] sda1[0]\n      248896 blocks [2/2] [UU]\n\
             \x20     resync=DELAYED\n\nunused devices: <none>\n",
        )],
        lines: &[
            "node_md_blocks{device=\"md0\"} 248896",
            "node_md_blocks_synced{device=\"md0\"} 248896",
            "node_md_disks_required{device=\"md0\"} 2",
            "node_md_disks{device=\"md0\",state=\"active\"} 2",
            "node_md_disks{device=\"md0\",state=\"failed\"} 0",
            "node_md_disks{device=\"md0\",state=\"spare\"} 0",
            "node_md_state{device=\"md0\",state=\"active\"} 0",
            "node_md_state{device=\"md0\",state=\"inactive\"} 0",
            "node_md_state{device=\"md0\",state=\"recovering\"} 0",
            "node_md_state{device=\"md0\",state=\"resync\"} 1",
            "node_md_state{device=\"md0\",state=\"check\"} 0",
        ],
    },
    Case {
        part: "nvme",
        files: &[
            ("sys/class/nvme/nvme0/firmware_rev", "1B2QEXP7\n"),
            ("sys/class/nvme/nvme0/model", "Drive 970                \n"),
            ("sys/class/nvme/nvme0/serial", "S680HF8N\n"),
            ("sys/class/nvme/nvme0/state", "live\n"),
            ("sys/class/nvme/nvme0/cntlid", "1997\n"),
        ],
        lines: &[
            "node_nvme_info{device=\"nvme0\",firmware_revision=\"1B2QEXP7\",model=\"Drive 970\",serial=\"S680HF8N\",\
             state=\"live\",cntlid=\"1997\"} 1",
        ],
    },
    Case {
        part: "powersupplyclass",
        files: &[
            ("sys/class/power_supply/BAT0/capacity", "98\n"),
            ("sys/class/power_supply/BAT0/energy_now", "49450000\n"),
            ("sys/class/power_supply/BAT0/status", "Unknown\n"),
            ("sys/class/power_supply/BAT0/technology", "Li-ion\n"),
            ("sys/class/power_supply/BAT0/voltage_now", "12500000\n"),
            ("sys/class/power_supply/AC/online", "0\n"),
            ("sys/class/power_supply/AC/type", "Mains\n"),
        ],
        lines: &[
            "node_power_supply_capacity{power_supply=\"BAT0\"} 98",
            "node_power_supply_energy_watthour{power_supply=\"BAT0\"} 49.45",
            "node_power_supply_online{power_supply=\"AC\"} 0",
            "node_power_supply_voltage_volt{power_supply=\"BAT0\"} 12.5",
            "node_power_supply_info{power_supply=\"AC\",type=\"Mains\"} 1",
            "node_power_supply_info{power_supply=\"BAT0\",status=\"Unknown\",technology=\"Li-ion\"} 1",
        ],
    },
    Case {
        part: "thermal_zone",
        files: &[
            ("sys/class/thermal/thermal_zone0/temp", "49925\n"),
            ("sys/class/thermal/thermal_zone0/type", "bcm2835_thermal\n"),
            ("sys/class/thermal/cooling_device0/cur_state", "0\n"),
            ("sys/class/thermal/cooling_device0/max_state", "3\n"),
            ("sys/class/thermal/cooling_device0/type", "Processor\n"),
        ],
        lines: &[
            "node_thermal_zone_temp{type=\"bcm2835_thermal\",zone=\"0\"} 49.925",
            "node_cooling_device_cur_state{name=\"0\",type=\"Processor\"} 0",
            "node_cooling_device_max_state{name=\"0\",type=\"Processor\"} 3",
        ],
    },
    Case {
        part: "watchdog",
        files: &[
            (
                "sys/class/watchdog/watchdog0/identity",
                "Software Watchdog\n",
            ),
            ("sys/class/watchdog/watchdog0/state", "active\n"),
            ("sys/class/watchdog/watchdog0/timeleft", "300\n"),
        ],
        lines: &[
            "node_watchdog_timeleft_seconds{name=\"watchdog0\"} 300",
            "node_watchdog_info{name=\"watchdog0\",options=\"\",identity=\"Software Watchdog\",state=\"active\",status=\"\",\
             pretimeout_governor=\"\"} 1",
        ],
    },
];
