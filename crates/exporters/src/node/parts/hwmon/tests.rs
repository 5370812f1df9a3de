use super::*;

#[test]
fn file_names_are_kind_number_and_element() {
    for (file, expected) in [
        ("temp1_input", Some(("temp", "temp1", "input"))),
        ("temp12_crit_alarm", Some(("temp", "temp12", "crit_alarm"))),
        ("in0_min", Some(("in", "in0", "min"))),
        ("pwm3", Some(("pwm", "pwm3", ""))),
        (
            "intrusion0_alarm",
            Some(("intrusion", "intrusion0", "alarm")),
        ),
        ("name", None),
        ("uevent", None),
        ("temp1input", None),
        ("", None),
    ] {
        assert_eq!(split(file), expected, "{file}");
    }
}

#[test]
fn families_have_the_names_of_node_exporter() {
    // From the names of its fixtures.
    for (kind, element, name) in [
        ("fan", "alarm", "node_hwmon_fan_alarm"),
        ("fan", "beep", "node_hwmon_fan_beep_enabled"),
        ("fan", "max", "node_hwmon_fan_max_rpm"),
        ("fan", "pulses", "node_hwmon_fan_pulses"),
        ("fan", "input", "node_hwmon_fan_rpm"),
        ("fan", "target", "node_hwmon_fan_target_rpm"),
        ("freq", "input", "node_hwmon_freq_freq_mhz"),
        ("in", "alarm", "node_hwmon_in_alarm"),
        ("in", "max", "node_hwmon_in_max_volts"),
        ("in", "input", "node_hwmon_in_volts"),
        ("intrusion", "alarm", "node_hwmon_intrusion_alarm"),
        ("pwm", "auto_point1_temp", "node_hwmon_pwm_auto_point1_temp"),
        ("pwm", "enable", "node_hwmon_pwm_enable"),
        ("temp", "input", "node_hwmon_temp_celsius"),
        ("temp", "crit_alarm", "node_hwmon_temp_crit_alarm_celsius"),
        ("temp", "max", "node_hwmon_temp_max_celsius"),
    ] {
        assert_eq!(family(kind, element).name, name);
    }
}
