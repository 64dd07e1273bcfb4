"""The page's Gradio theme: one typeface that every device has, generous space, 12 px corners, teal for what acts."""

from gradio.themes import Base, colors, sizes

FONT = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif")


def theme() -> Base:
    """The theme. Nothing in it is fetched from outside."""
    return Base(
        primary_hue=colors.teal,
        secondary_hue=colors.teal,
        neutral_hue=colors.slate,
        spacing_size=sizes.spacing_md,
        radius_size=sizes.radius_lg,
        text_size=sizes.text_md,
        font=FONT,
        font_mono=("ui-monospace", "monospace"),
    ).set(
        body_text_color_subdued="*neutral_600",
        body_text_color_subdued_dark="*neutral_300",
        input_placeholder_color="*neutral_500",
        input_placeholder_color_dark="*neutral_300",
        color_accent="*primary_700",
        block_label_text_color="*neutral_600",
        block_info_text_color="*neutral_600",
        block_info_text_color_dark="*neutral_400",
        block_radius="12px",
        button_large_radius="12px",
        button_small_radius="12px",
        button_transition="background-color 0.2s",  # of "all", boxes would lag behind a live face
        block_border_width="1px",
        block_shadow="none",
        body_background_fill="*neutral_50",
        body_background_fill_dark="*neutral_950",
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_hover="*primary_800",
        button_primary_background_fill_dark="*primary_700",
        button_primary_text_color="white",
        checkbox_label_background_fill_selected="*primary_700",
        checkbox_label_background_fill_selected_dark="*primary_700",
        checkbox_label_text_color_selected="white",
    )
